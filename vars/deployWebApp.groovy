/** Deploys the web application of the calling repository; deployWebApp.txt is its help. */
def call(Map settings) {
    def config = deploySettings(settings, [imageId: '', approve: null, createStateBucket: false])
    def aws = [credentialsId: config.credentialsId, endpoint: config.endpoint]
    def stack = null
    lock(config.lock) {
        withDeployTools(config) { String commit ->
            def release = aws + [environment: config.environment, variablesFile: config.variablesFile, commit: commit]
            if (!config.imageId) {
                stage('Bake') {
                    // A bake takes the application from webapp/ of the checkout that it runs in.
                    withEnv(["APPLICATION=application/${config.directory}"]) {
                        sh 'rm -rf webapp && cp -r "$APPLICATION" webapp'
                    }
                    config.imageId = bakeAmi(release).amiId
                }
            }
            stage('Plan') {
                config.plan = terraformPlan(release + [amiId: config.imageId, createStateBucket: config.createStateBucket])
                stash name: 'ami-deploy-plan', includes: '.work/*/*/stack.tfplan'
            }
            if (config.approve == null) {
                config.approve = config.plan.requireApproval != false
            }
        }
        if (config.approve && config.plan.hasChanges) {
            stage('Approve') {
                timeout(time: 1, unit: 'DAYS') {
                    input id: 'Apply', message: "Apply to ${config.environment}: ${config.plan.summary}", ok: 'Apply'
                }
            }
        }
        withDeployTools(config) { String commit ->
            stage('Apply') {
                unstash 'ami-deploy-plan'
                stack = terraformApply(aws + [environment: config.environment, variablesFile: config.variablesFile,
                                              commit: commit, amiId: config.imageId, planSha256: config.plan.planSha256])
            }
        }
        def group = aws + [asgName: stack.asgName, region: stack.region, launchTemplateId: stack.launchTemplateId,
                           launchTemplateVersion: stack.launchTemplateVersion, targetGroupArns: stack.targetGroupArns]
        stage('Roll out') {
            rolloutAsg(group + [alarmNames: stack.alarmNames, instanceWarmupSeconds: stack.instanceWarmupSeconds])
        }
        stage('Await') { awaitAsgHealthy(group) }
        currentBuild.description = "${config.environment}: ${stack.amiId} at ${stack.url}"
        echo stack.url
    }
    return stack.url
}

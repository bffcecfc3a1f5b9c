/** Deploys the web application of the calling repository; deployWebApp.txt is its help. */
def call(Map settings) {
    def config = deploySettings(settings, [imageId: '', fresh: false, approve: null, createStateBucket: false])
    def aws = [credentialsId: config.credentialsId, endpoint: config.endpoint]
    def at = aws + [environment: config.environment, variablesFile: config.variablesFile]
    def image = [amiId: config.imageId]
    def stack = null
    lock(config.lock) {
        withDeployTools(config) {
            if (!image.amiId) {
                stage('Bake') {
                    image = bakeAmi(at + [fresh: config.fresh, applicationDirectory: "application/${config.directory}",
                                          imageFile: 'application/image.yml'])
                }
            }
            stage('Plan') {
                config.plan = terraformPlan(at + released(image) + [createStateBucket: config.createStateBucket])
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
        withDeployTools(config) {
            stage('Apply') {
                unstash 'ami-deploy-plan'
                stack = terraformApply(at + released(image) + [planSha256: config.plan.planSha256])
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

/** An existing image says itself which commit and version it is. */
Map released(Map image) {
    return [amiId: image.amiId, commit: image.commit, appVersion: image.appVersion]
}

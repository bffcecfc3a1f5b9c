/** Deploys the web application of the calling repository; deployWebApp.txt is its help. */
def call(Map settings) {
    def config = deploySettings(settings, [applicationDirectory: '', imageId: '', from: '', rollbackTo: '', takeOver: false, unlock: false, forceId: '', pushState: false, fresh: false,
                                           approve: null, createStateBucket: false, keep: 5,
                                           ignoreAlarms: false, standbyInstances: '', scaleInProtectedInstances: ''])
    def aws = [credentialsId: config.credentialsId, endpoint: config.endpoint]
    def at = aws + [environment: config.environment, recipes: config.recipes]
    def image = [amiId: config.imageId]
    def chosen = null
    def stack = null
    // Of builds that wait, the newest goes first, and what it overtook is refused: what is older than what is deployed is wanted by nobody.
    lock(resource: config.lock, inversePrecedence: true) {
        withDeployTools(config) {
            if (config.unlock || config.forceId) {
                stage('Unlock') { unlockState(aws + [environment: config.environment, forceId: config.forceId]) }
            }
            if (config.pushState) {
                stage('Push state') { pushState(at) }
            }
            stage('Choose') {
                // Takes the environment for this build, too. Null: nothing to promote or to go back to.
                chosen = findRelease(at + [from: config.from, rollbackTo: config.rollbackTo, takeOver: config.takeOver])
                if (chosen && config.imageId) {
                    error "imageId ${config.imageId} and ${chosen.summary} exclude each other: give one of them"
                }
                image = chosen ?: image
            }
            if (!image.amiId) {
                stage('Bake') {
                    image = bakeAmi(at + [fresh: config.fresh, applicationDirectory: config.applicationDirectory])
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
                    input id: 'Apply', message: "${purpose(chosen, config.environment)}: ${config.plan.summary}; account ${config.plan.account}, region ${config.plan.region}", ok: 'Apply'
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
            rolloutAsg(group + [alarmNames: stack.alarmNames, instanceWarmupSeconds: stack.instanceWarmupSeconds,
                                ignoreAlarms: config.ignoreAlarms, standbyInstances: config.standbyInstances,
                                scaleInProtectedInstances: config.scaleInProtectedInstances])
        }
        stage('Await') { awaitAsgHealthy(group) }
        currentBuild.description = "${config.environment}: ${stack.amiId} at ${stack.url}"
        echo stack.url
        // The deployment is proven by now: an image that stays too long does not fail it.
        catchError(buildResult: 'SUCCESS', stageResult: 'UNSTABLE', catchInterruptions: false) {
            stage('Prune') {
                pruneImages(aws + [app: config.plan.app, region: config.plan.region, stateBucket: config.plan.stateBucket,
                                   keep: config.keep])
            }
        }
    }
    return stack.url
}

/** What a person is to agree to: with what is promoted or gone back to, its commit, and since when it has been healthy. */
String purpose(Map chosen, String environment) {
    if (!chosen) {
        return "Apply to ${environment}"
    }
    return chosen.kind == 'rollback' ? "Take ${environment} back to ${chosen.summary}" : "Promote ${chosen.summary} to ${environment}"
}

/** An existing image says itself which commit and version it is. */
Map released(Map image) {
    return [amiId: image.amiId, commit: image.commit, appVersion: image.appVersion]
}

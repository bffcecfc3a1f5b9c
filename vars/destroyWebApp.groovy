/** Takes an environment of the calling repository's web application away; destroyWebApp.txt is its help. */
def call(Map settings) {
    def config = deploySettings(settings, [confirm: '', unlock: false, forceId: '', pushState: false])
    def aws = [credentialsId: config.credentialsId, endpoint: config.endpoint]
    def stack = aws + [environment: config.environment, recipes: config.recipes]
    requireName(config.confirm ?: config.environment, config.environment)
    lock(config.lock) {
        withDeployTools(config) {
            if (config.unlock || config.forceId) {
                stage('Unlock') { unlockState(aws + [environment: config.environment, forceId: config.forceId]) }
            }
            if (config.pushState) {
                stage('Push state') { pushState(stack) }
            }
            stage('Plan') {
                config.plan = terraformPlan(stack + [destroy: true])
                if (!config.plan.nothingFound) {
                    stash name: 'ami-deploy-plan', includes: '.work/*/*/stack.tfplan'
                }
            }
        }
        String where = "account ${config.plan.account}, region ${config.plan.region}"
        if (config.plan.nothingFound) {
            currentBuild.description = "${config.environment}: nothing found in ${where}"
            unstable "nothing found: neither a state nor resources of ${config.plan.app} in ${config.environment} are in ${where}; if it was deployed elsewhere, use that account's credentials and region"
            return
        }
        if (!config.confirm) {
            stage('Confirm') {
                timeout(time: 1, unit: 'DAYS') {
                    requireName(input(
                        id: 'Destroy', message: "Take ${config.plan.app} in ${config.environment} away, with its images? ${config.plan.summary}; ${where}", ok: 'Destroy',
                        parameters: [string(name: 'NAME', description: "Type the environment's name", trim: true)]), config.environment)
                }
            }
        }
        withDeployTools(config) {
            stage('Destroy') {
                unstash 'ami-deploy-plan'
                terraformDestroy(stack + [planSha256: config.plan.planSha256])
            }
        }
        stage('Prove') {
            removeLeftovers(aws + [app: config.plan.app, environment: config.environment, region: config.plan.region,
                                   stateBucket: config.plan.stateBucket, orphans: true])
        }
        currentBuild.description = "${config.environment}: 0 left behind"
    }
}

/** Whoever takes an environment away names it once more. */
void requireName(String typed, String environment) {
    if (typed != environment) {
        error "'${typed}' was typed, but the environment is '${environment}': nothing was removed"
    }
}

/** Takes an environment of the calling repository's web application away; destroyWebApp.txt is its help. */
def call(Map settings) {
    def config = deploySettings(settings, [confirm: '', unlock: false, forceId: ''])
    def aws = [credentialsId: config.credentialsId, endpoint: config.endpoint]
    def typed = config.confirm ?: input(
        id: 'Destroy', message: "Take ${config.environment} away, with its images?", ok: 'Destroy',
        parameters: [string(name: 'NAME', description: "Type the environment's name", trim: true)])
    if (typed != config.environment) {
        error "'${typed}' was typed, but the environment is '${config.environment}': nothing was removed"
    }
    lock(config.lock) {
        withDeployTools(config) {
            if (config.unlock || config.forceId) {
                stage('Unlock') { unlockState(aws + [environment: config.environment, forceId: config.forceId]) }
            }
            stage('Destroy') {
                def stack = aws + [environment: config.environment, recipes: config.recipes]
                config.plan = terraformPlan(stack + [destroy: true])
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

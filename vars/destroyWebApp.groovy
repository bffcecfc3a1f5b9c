/** Takes an environment of the calling repository's web application away; destroyWebApp.txt is its help. */
def call(Map settings) {
    def config = deploySettings(settings, [confirm: ''])
    def aws = [credentialsId: config.credentialsId, endpoint: config.endpoint]
    def typed = config.confirm ?: input(
        id: 'Destroy', message: "Take ${config.environment} away, with its images?", ok: 'Destroy',
        parameters: [string(name: 'NAME', description: "Type the environment's name", trim: true)])
    if (typed != config.environment) {
        error "'${typed}' was typed, but the environment is '${config.environment}': nothing was removed"
    }
    lock("deploy ${env.JOB_NAME - env.JOB_BASE_NAME}${config.environment}") {
        withDeployTools(config) { String commit ->
            stage('Destroy') {
                terraformDestroy(aws + [environment: config.environment, variablesFile: config.variablesFile, commit: commit])
            }
            config.variables = readFile(config.variablesFile)
        }
        stage('Prove') {
            removeLeftovers(aws + [app: deploySettings.variable(config.variables, 'app'), environment: config.environment,
                                   region: deploySettings.variable(config.variables, 'region')])
        }
        currentBuild.description = "${config.environment}: 0 left behind"
    }
}

/** Settings of deployWebApp and destroyWebApp: what the caller gave over the defaults. Not for others. */
Map call(Map given, Map more) {
    def defaults = [
        environment: null, // required
        credentialsId: '', // the controller's
        endpoint: '', // the controller's, else AWS
        label: 'docker', // of agents with a Docker engine
        recipes: '', // those of the plugin
        toolingImage: '', // built from the recipes' Dockerfile
    ] + more
    def unknown = given.keySet().findAll { !defaults.containsKey(it) }
    if (unknown) {
        error "${unknown.join(', ')}: no such setting; there are ${defaults.keySet().join(', ')}"
    }
    def config = defaults + given
    if (!config.environment) {
        error 'environment is missing: give it to the call'
    }
    def folder = env.JOB_NAME.substring(0, env.JOB_NAME.lastIndexOf('/') + 1)
    return config + [lock: "deploy ${folder}${config.environment}"]
}

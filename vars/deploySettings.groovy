/** Settings of deployWebApp and destroyWebApp: what the caller gave over the defaults. Not for others. */
Map call(Map given, Map more) {
    def defaults = [
        environment: null, // required
        directory: 'webapp', // of the application, in its repository
        credentialsId: '', // the controller's
        endpoint: '', // the controller's, else AWS
        label: 'docker', // of agents with a Docker engine
        repository: env.AMI_DEPLOY_REPOSITORY, // of the tools' own files
        version: env.'library.ami-deploy.version', // of them
    ] + more
    def unknown = given.keySet().findAll { !defaults.containsKey(it) }
    if (unknown) {
        error "${unknown.join(', ')}: no such setting; there are ${defaults.keySet().join(', ')}"
    }
    def config = defaults + given
    for (name in ['environment', 'repository', 'version']) {
        if (!config[name]) {
            error "${name} is missing: give it to the call" +
                (name == 'environment' ? '' : ', or load this library as ami-deploy on a controller that sets AMI_DEPLOY_REPOSITORY')
        }
    }
    def folder = env.JOB_NAME.substring(0, env.JOB_NAME.lastIndexOf('/') + 1)
    return config + [variablesFile: "application/environments/${config.environment}.pkrvars.hcl",
                     lock: "deploy ${folder}${config.environment}"]
}

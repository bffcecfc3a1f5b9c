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
    return config + [variablesFile: "application/environments/${config.environment}.pkrvars.hcl"]
}

/** A string of a variables file's text. */
@NonCPS
String variable(String text, String name) {
    def found = text =~ /(?m)^\s*${name}\s*=\s*"([^"]*)"/
    return found ? found[0][1] : ''
}

/** Whether a person must agree to a plan for the environment of a variables file's text: unless it says that none must. */
@NonCPS
boolean asksForApproval(String text) {
    return !(text =~ /(?m)^\s*require_approval\s*=\s*false\b/)
}

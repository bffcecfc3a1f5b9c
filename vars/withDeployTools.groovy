/**
 * Runs a body on an agent, inside the tooling image, in a checkout of the job's repository. What the tools left of logs, manifests and
 * locked requirements is archived. Used by deployWebApp and destroyWebApp.
 */
def call(Map config, Closure body) {
    node(config.label) {
        checkout scm
        sh 'rm -rf .work/*/*/logs .work/*/*/manifest-*.json .work/*/*/requirements-*.lock'
        tooling(config).inside(env.TOOLING_RUN_ARGS ?: '') {
            try {
                body()
            } finally {
                archiveArtifacts artifacts: '.work/*/*/logs/*, .work/*/*/manifest-*.json, .work/*/*/requirements-*.lock', allowEmptyArchive: true
            }
        }
    }
}

/** The image that is named, else the one that the recipes' Dockerfile makes. */
def tooling(Map config) {
    if (config.toolingImage) {
        return docker.image(config.toolingImage)
    }
    String recipes = deployRecipes(recipes: config.recipes)
    // Those of the plugin have a directory that is named by their content.
    String tag = config.recipes ? "job-${env.JOB_NAME.replaceAll(/[^A-Za-z0-9_.-]/, '-')}" : recipes.substring(recipes.lastIndexOf('/') + 1)
    String name = "ami-deploy-tooling:${tag.substring(0, Math.min(tag.length(), 128))}"
    return docker.build(name, "${env.TOOLING_BUILD_ARGS ?: ''} -f '${recipes}/resources/tooling/Dockerfile' '${recipes}'")
}

/**
 * Runs a body on an agent, inside the tooling image, in a checkout of the tools' repository with the application's beside it in
 * application/. The body gets the application's commit; what its tools logged is archived. Used by deployWebApp and destroyWebApp.
 */
def call(Map config, Closure body) {
    node(config.label) {
        checkout scmGit(branches: [[name: config.version]], userRemoteConfigs: [[url: config.repository]])
        dir('application') { checkout scm }
        sh 'rm -rf .work/*/*/logs .work/*/*/manifest-*.json'
        String image = "ami-deploy-tooling:${config.version.replaceAll(/[^A-Za-z0-9_.-]/, '-')}"
        docker.build(image, "${env.TOOLING_BUILD_ARGS ?: ''} -f resources/tooling/Dockerfile .").inside(env.TOOLING_RUN_ARGS ?: '') {
            try {
                body()
            } finally {
                archiveArtifacts artifacts: '.work/*/*/logs/*, .work/*/*/manifest-*.json', allowEmptyArchive: true
            }
        }
    }
}

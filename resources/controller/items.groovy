// Gives a controller the folder of an application: its AWS credentials and the three jobs. Runs at every start of the controller
// (init.groovy.d) and changes nothing that is there. Jobs are made here and not in casc.yaml because that needs one plugin more, job-dsl.
//
// Environment: AMI_DEPLOY_FOLDER (default web), AMI_DEPLOY_REPOSITORY, AMI_DEPLOY_BRANCH (default main), AMI_DEPLOY_ENVIRONMENT
// (default demo), AMI_DEPLOY_CREATE_STATE_BUCKET=true for a first build that may create the bucket of the Terraform state;
// SECRETS, a directory with the files aws-access-key-id and aws-secret-access-key.

import com.cloudbees.hudson.plugins.folder.Folder
import com.cloudbees.hudson.plugins.folder.properties.FolderCredentialsProvider.FolderCredentialsProperty
import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl
import com.cloudbees.plugins.credentials.CredentialsScope
import com.cloudbees.plugins.credentials.domains.Domain
import com.cloudbees.plugins.credentials.domains.DomainCredentials
import hudson.model.BooleanParameterDefinition
import hudson.model.ParametersDefinitionProperty
import hudson.model.StringParameterDefinition
import hudson.plugins.git.BranchSpec
import hudson.plugins.git.GitSCM
import hudson.plugins.git.extensions.impl.IgnoreNotifyCommit
import hudson.triggers.SCMTrigger
import jenkins.model.Jenkins
import org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition
import org.jenkinsci.plugins.workflow.job.WorkflowJob

def setting = { String name, String otherwise -> System.getenv(name) ?: otherwise }
def secret = { String name -> new File(setting('SECRETS', '/run/secrets'), name).text.trim() }

String folderName = setting('AMI_DEPLOY_FOLDER', 'web')
def folder = Jenkins.get().getItem(folderName) ?: Jenkins.get().createProject(Folder, folderName)

if (!folder.properties.get(FolderCredentialsProperty)) {
    def credentials = new AWSCredentialsImpl(
        CredentialsScope.GLOBAL, 'aws-deploy', secret('aws-access-key-id'), secret('aws-secret-access-key'), 'Deploys this application')
    folder.addProperty(new FolderCredentialsProperty([new DomainCredentials(Domain.global(), [credentials])] as DomainCredentials[]))
}

// The parameters that a first build must be able to take; from then on the Jenkinsfile's own are there.
def job = { String name, String script, String description, Map parameters, boolean onPush ->
    if (folder.getItem(name)) {
        return
    }
    WorkflowJob made = folder.createProject(WorkflowJob, name)
    def scm = new GitSCM(GitSCM.createRepoList(System.getenv('AMI_DEPLOY_REPOSITORY'), null),
        [new BranchSpec(setting('AMI_DEPLOY_BRANCH', 'main'))], null, null, onPush ? [] : [new IgnoreNotifyCommit()])
    def definition = new CpsScmFlowDefinition(scm, script)
    definition.lightweight = true
    made.definition = definition
    made.description = description
    made.addProperty(new ParametersDefinitionProperty(parameters.collect { key, value ->
        value instanceof Boolean ? new BooleanParameterDefinition(key, value, null) : new StringParameterDefinition(key, value)
    }))
    if (onPush) {
        made.addTrigger(new SCMTrigger('H/5 * * * *'))
    }
    made.save()
}

String environment = setting('AMI_DEPLOY_ENVIRONMENT', 'demo')
boolean createBucket = setting('AMI_DEPLOY_CREATE_STATE_BUCKET', 'false').toBoolean()
job('deploy', 'Jenkinsfile', 'Deploys every push.', [ENVIRONMENT: environment, CREATE_STATE_BUCKET: createBucket], true)
job('deploy-by-hand', 'Jenkinsfile', 'Deploys what its parameters say.', [ENVIRONMENT: environment, IMAGE_ID: '', CREATE_STATE_BUCKET: createBucket], false)
job('destroy', 'Jenkinsfile.destroy', 'Takes an environment away.', [ENVIRONMENT: environment, CONFIRM: ''], false)

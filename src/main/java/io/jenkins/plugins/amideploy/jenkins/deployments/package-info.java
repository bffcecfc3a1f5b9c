/**
 * The Deployments page of a folder: what runs in each environment of its application and what ran before, read from the records in the state
 * bucket; and the buttons that ask a job to go back or to promote.
 */
package io.jenkins.plugins.amideploy.jenkins.deployments;

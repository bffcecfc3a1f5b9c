/**
 * The steps that wait for AWS from the controller: they need no agent and hold no thread. What is persisted is said in each class.
 */
package io.jenkins.plugins.amideploy.jenkins.waits;

/**
 * What a step does while it runs: tools on agents that outlive controller and connection, and waits for AWS that hold no
 * thread. What is persisted is said in each class.
 */
package io.jenkins.plugins.amideploy.jenkins.execution;

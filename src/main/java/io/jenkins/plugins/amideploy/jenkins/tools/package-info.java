/**
 * The steps that need an agent while they run: tools that are detached there and outlive controller and connection, and what they read of the workspace.
 * What is persisted is said in each class.
 */
package io.jenkins.plugins.amideploy.jenkins.tools;

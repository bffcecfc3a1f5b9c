/**
 * The bucket that holds Terraform's state: whether it is as safe as it must be, how it is made so, and who holds the lock. And what
 * runs say there to each other about images that environments share.
 */
package io.jenkins.plugins.amideploy.engine.state;

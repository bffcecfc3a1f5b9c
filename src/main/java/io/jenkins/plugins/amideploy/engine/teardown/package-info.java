/**
 * Takes away what Terraform did not make, images above all, and proves by tag that nothing of an application's environment is left. Nothing that
 * lacks one of the two tags is ever touched.
 */
package io.jenkins.plugins.amideploy.engine.teardown;

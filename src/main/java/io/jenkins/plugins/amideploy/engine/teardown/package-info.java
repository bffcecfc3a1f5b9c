/**
 * Takes away what Terraform did not make, images above all, and proves by tag that nothing of an application's environment is left, and with its
 * last environment nothing of the application. Images are shared between environments: what another one needs stays. Nothing that lacks
 * the application's tag is ever touched.
 */
package io.jenkins.plugins.amideploy.engine.teardown;

/** The stack: what Terraform plans, applies and takes away for one application in one environment. */
package io.jenkins.plugins.amideploy.engine.stack;

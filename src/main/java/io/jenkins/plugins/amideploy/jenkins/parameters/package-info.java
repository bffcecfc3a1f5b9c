/** Parameters of jobs whose forms offer environments and releases of the folder. */
package io.jenkins.plugins.amideploy.jenkins.parameters;

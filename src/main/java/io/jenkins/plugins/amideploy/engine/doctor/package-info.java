/** Looks, before anything is started, whether a deployment can work, and names a cure for each thing that is in its way. */
package io.jenkins.plugins.amideploy.engine.doctor;

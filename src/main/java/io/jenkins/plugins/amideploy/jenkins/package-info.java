/** The Jenkins plugin: pipeline steps over the engine. The only package that knows Jenkins; it decides nothing. */
package io.jenkins.plugins.amideploy.jenkins;

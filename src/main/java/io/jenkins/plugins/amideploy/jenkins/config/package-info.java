/** What an administrator sets once for the whole controller. */
package io.jenkins.plugins.amideploy.jenkins.config;

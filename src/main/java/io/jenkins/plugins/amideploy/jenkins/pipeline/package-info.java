/** {@code deployWebApp} and {@code destroyWebApp}, which every pipeline has where the plugin is installed; written in Groovy, in {@code vars/}. */
package io.jenkins.plugins.amideploy.jenkins.pipeline;

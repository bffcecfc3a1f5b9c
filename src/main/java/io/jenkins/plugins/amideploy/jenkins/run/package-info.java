/** What a build shows of its release on its page and over Jenkins' remote API. */
package io.jenkins.plugins.amideploy.jenkins.run;

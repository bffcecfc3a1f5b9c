/** The release of a build: its record in the state bucket, from the first step that knows the environment to the proof or the build's end. */
package io.jenkins.plugins.amideploy.jenkins.releases;

/** Which AWS credentials a step works with, and how they reach the tools without being seen. */
package io.jenkins.plugins.amideploy.jenkins.credentials;

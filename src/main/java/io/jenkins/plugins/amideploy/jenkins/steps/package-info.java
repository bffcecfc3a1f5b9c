/** The pipeline steps as users write them: parameters, forms, descriptors. What they do is in {@code tools} and {@code waits}. */
package io.jenkins.plugins.amideploy.jenkins.steps;

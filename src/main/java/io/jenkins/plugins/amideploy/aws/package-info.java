/**
 * The engine's ports over the AWS SDK for Java v2. Nothing is decided here: answers become snapshots, exceptions become
 * {@link io.jenkins.plugins.amideploy.engine.AwsFailure}s, and words that AWS may add to stay strings.
 */
package io.jenkins.plugins.amideploy.aws;

/**
 * The release: what was deployed to an environment, when, by whom and how it ended; recorded beside the state, judged by pure functions for
 * promotion, rollback, retention and status.
 */
package io.jenkins.plugins.amideploy.engine.release;

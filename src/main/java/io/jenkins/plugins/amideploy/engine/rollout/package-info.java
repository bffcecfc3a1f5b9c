/**
 * Replaces the instances of a group by ones of the wanted launch-template version and proves them healthy. All rules are pure functions of a
 * {@link io.jenkins.plugins.amideploy.engine.rollout.GroupSnapshot}, plain remembered values and the time; fetching goes through
 * {@link io.jenkins.plugins.amideploy.engine.rollout.GroupReader}, acting through {@link io.jenkins.plugins.amideploy.engine.rollout.GroupWriter},
 * waiting is the front door's.
 */
package io.jenkins.plugins.amideploy.engine.rollout;

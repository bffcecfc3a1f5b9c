/**
 * The lock of a stack's state and the environment beside it: whose they are, whether that run lives, and how they become free again where it does
 * not.
 */
package io.jenkins.plugins.amideploy.engine.locks;

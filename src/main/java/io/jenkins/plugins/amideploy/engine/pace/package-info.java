/** How often many waits may look at one account: a budget of calls, and what each group gets of it. Pure; the front door keeps the clock. */
package io.jenkins.plugins.amideploy.engine.pace;

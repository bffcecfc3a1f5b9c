/**
 * Runs of external tools as data: which command comes next, what its output means, what went wrong and how to cure it.
 * How a process is started, watched and stopped is the business of the front door behind {@link
 * io.jenkins.plugins.amideploy.engine.tool.ToolRunner}.
 */
package io.jenkins.plugins.amideploy.engine.tool;

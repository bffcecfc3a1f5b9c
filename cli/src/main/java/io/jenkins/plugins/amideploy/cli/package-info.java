/** The command line: reads options, runs tools as processes, waits on a thread, and prints. It decides nothing. */
package io.jenkins.plugins.amideploy.cli;

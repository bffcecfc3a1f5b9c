/** Tools as processes of this machine: found, started, watched, stopped and logged. */
package io.jenkins.plugins.amideploy.cli.process;

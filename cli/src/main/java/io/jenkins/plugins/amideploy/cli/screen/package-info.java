/** What a person sees of a command that works: lines, or on a terminal a view that stays in its place. */
package io.jenkins.plugins.amideploy.cli.screen;

/** The engine's ports for JSON and YAML, by Jenkins' Jackson. */
package io.jenkins.plugins.amideploy.jenkins.parsers;

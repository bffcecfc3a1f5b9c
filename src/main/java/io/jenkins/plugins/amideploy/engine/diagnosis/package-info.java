/** Why something failed, as people and scripts read it: named causes, and the rules that find one in what was read. Knows no other part of the engine. */
package io.jenkins.plugins.amideploy.engine.diagnosis;

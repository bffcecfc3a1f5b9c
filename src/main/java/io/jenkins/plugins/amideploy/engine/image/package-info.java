/** Baking: from a commit to an image that instances boot from. */
package io.jenkins.plugins.amideploy.engine.image;

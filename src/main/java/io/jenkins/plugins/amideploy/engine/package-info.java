/** What the product decides, free of Jenkins, AWS SDK, threads and waiting. This package itself holds the shared values. */
package io.jenkins.plugins.amideploy.engine;

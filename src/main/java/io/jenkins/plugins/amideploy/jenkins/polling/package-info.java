/** How a step looks again and again without a thread of its own, and says how it ended. Knows neither tools nor AWS. */
package io.jenkins.plugins.amideploy.jenkins.polling;

package io.jenkins.plugins.amideploy.jenkins.releases;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BuildOwnerTest {
    @Test
    void name_ofAJobDeepInFolders_fitsIntoNamesOfFiles() {
        String folders = "organisation/".repeat(30);

        String name = BuildOwner.name(folders + "shop/main");

        assertThat(name).hasSize(150).endsWith("-shop-main").matches("[0-9a-f]{8}-.*");
        assertThat(BuildOwner.name("another/" + folders + "shop/main")).isNotEqualTo(name);
        assertThat(BuildOwner.name("shop/feature%2Fx")).isEqualTo("shop-feature-2Fx");
    }
}

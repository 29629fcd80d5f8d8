import ArchiveTesting
import CreditArchive
import Foundation
import Testing

/// A bundle that was made once and is kept: later programs must read it, and make the very same page of it.
///
/// Where this fails because the page was changed on purpose, `pageVersion` is raised, and a bundle of the new version kept.
@Suite struct KeptBundleTests {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures")

    @Test func aBundleOfVersion1StillHolds() throws {
        let key = try String(contentsOf: Self.fixtures.appendingPathComponent("bundle-key.txt"), encoding: .utf8)
        var options = BundleVerification.Options()
        options.verifierKeys = [key.trimmingCharacters(in: .whitespacesAndNewlines)]
        let outcome = try BundleVerification(Self.fixtures.appendingPathComponent("bundle").path, options).run()
        #expect(outcome.findings.map(\.english) == [])
        #expect(outcome.entries == 9 && outcome.caseEntries == 6 && outcome.size == 10)
        #expect(outcome.opened.map(\.description) == ["5:/note", "6:/note"])
        #expect(outcome.erased.map(\.description) == ["2:/fact", "2:/rectification", "3:/text"])
        #expect(outcome.sealed.map(\.description) == ["7:/note"] && outcome.attachments == 1)
    }
}

import Foundation
import Testing

/// The house rules, held against this repository. Each violation is reported with its file and line.
@Suite struct TidyTests {
    private let tree: SourceTree

    init() throws {
        tree = try SourceTree.ofThisRepository()
    }

    @Test func `the sources are found`() {
        #expect(tree.files.contains { $0.path == "Tests/TidyTests/TidyTests.swift" })
        #expect(tree.files.contains { $0.isUnder("Sources") })
    }

    @Test func `a target imports only what its place in the house allows`() {
        report(tree.files.flatMap(HouseRules.imports))
    }

    @Test func `pure targets take time, identifiers and randomness as values`() {
        report(tree.files.flatMap(HouseRules.purity))
    }

    @Test func `what the compiler cannot check has its reason beside it`() {
        report(tree.files.flatMap(HouseRules.reasons))
    }

    @Test func `nothing unfinished is left behind`() {
        report(tree.files.flatMap(HouseRules.unfinished))
    }

    @Test func `events and entries have one codec`() {
        report(tree.files.flatMap(HouseRules.codecs))
    }

    @Test func `files stay short`() {
        report(tree.files.flatMap(HouseRules.length))
    }

    @Test func `tests mirror sources`() {
        report(HouseRules.missingTests(targets: tree.folders(in: "Sources"), files: tree.files))
    }

    private func report(_ violations: [Violation], sourceLocation: SourceLocation = #_sourceLocation) {
        for violation in violations {
            Issue.record("\(violation)", sourceLocation: sourceLocation)
        }
    }
}

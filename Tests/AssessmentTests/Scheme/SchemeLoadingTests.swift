import Assessment
import CreditModel
import Foundation
import Schema
import Testing

@Suite struct SchemeLoadingTests {
    @Test(arguments: [
        ("province-integrity", 12, 4, "100"), ("tongbai-2023-township", 24, 5, "100"),
        ("tongbai-2023-department", 14, 5, "100"), ("openness-assessment", 3, 0, "100"),
    ])
    func publishedSchemesLoadWithTheirRows(_ id: String, _ rows: Int, _ groups: Int, _ points: String) throws {
        let scheme = try Schemes.scheme(id)
        #expect(scheme.id == id)
        #expect(scheme.indicators.count == rows && scheme.groups.count == groups)
        #expect(scheme.points?.description == points)
        #expect(scheme.incomplete == nil && scheme.overlay == nil)
        #expect(scheme.digest == "digest of scheme.yaml")
    }

    @Test func everyRowSaysWhereItComesFrom() throws {
        for (id, _) in Schema.schemes {
            for indicator in try Schemes.scheme(id).indicators {
                #expect(!indicator.place.isEmpty && !indicator.name.isEmpty)
                // The contents of three rows are lost in the source (Q16) and stay empty.
                #expect((indicator.quote == nil) == ["SJ10", "SJ11", "SJ12"].contains(indicator.id))
            }
        }
    }

    @Test func theFileNameIsTheSchemesId() throws {
        for (id, _) in Schema.schemes { #expect(try Schemes.scheme(id).id == id) }
        #expect(Schema.schemes.count == 6)
    }

    /// The definition of a broken document: what is replaced, by what, and what must be told where.
    static let broken: [(from: String, to: String, code: SchemeFault.Code, field: String)] = [
        ("points: 2\n", "points: 3\n", .wrongSum, "indicators"),
        ("依法行政: 18,", "依法行政: 17,", .wrongSum, "groups"),
        ("依法行政: 18, 政务公开: 22", "依法行政: 22, 政务公开: 18", .wrongSum, "groups"),
        ("  XZ02:", "  XZ01:", .duplicateKey, ""),
        ("  XZ02:", "  XZ2:", .badValue, "indicators.XZ2"),
        ("content: 编制", "contents: 编制", .unknownKey, "indicators.XZ01.contents"),
        ("    place: 序号1\n", "", .missingKey, "indicators.XZ01"),
        ("group: 依法行政\n    name: 政府权责清晰", "group: 依法\n    name: 政府权责清晰", .unknownReference, "indicators.XZ01"),
        ("points: 100", "points: 一百", .badValue, "points"),
        ("points: 100", "points: [100]", .wrongType, "points"),
        ("points: 100", "points: 1e2", .badValue, "points"),
        (
            "type: presence, input: list_published", "type: presense, input: list_published", .badValue,
            "indicators.XZ01.rule"
        ),
        ("input: list_published", "input: published", .unknownReference, "indicators.XZ01"),
        ("form: yes-no}", "form: count}", .wrongType, "indicators.XZ01"),
        ("form: yes-no}", "form: boolean}", .badValue, "indicators.XZ01.inputs.list_published.form"),
        ("zeroBase: full", "zeroBase: half", .badValue, "indicators.XZ04.options.zeroBase"),
        ("zeroBase: full", "zerobase: full", .unknownKey, "indicators.XZ04.options.zerobase"),
        ("    options: {zeroBase: full}\n", "", .missingKey, "indicators.XZ04"),
        (
            "    options: {zeroBase: full}\n", "    options: {zeroBase: full, rank: dense}\n", .badValue,
            "indicators.XZ04"
        ),
        ("evidence: listed}", "evidence: listed, rank: dense}", .badValue, ""),
        (", evidence: listed}", "}", .missingKey, ""),
        (
            "period: {year: 2023, from: 01-01, to: 12-30", "period: {year: 2023, from: 01-01, to: 13-30", .badValue,
            "period.to"
        ),
        (
            "period: {year: 2023, from: 01-01, to: 12-30", "period: {year: 2023, from: 01-01, to: 02-29", .badValue,
            "period.to"
        ),
        ("from: 01-01, to: 12-30", "from: 12-30, to: 01-01", .badValue, "period"),
        ("kinds: [乡镇街道]", "kinds: [乡镇]", .badValue, "cohort.classes.乡镇（街道）.kinds[1]"),
        ("within: county", "within: town", .badValue, "cohort.within"),
        ("dated: 2026-11-22", "dated: 2026-11-31", .badValue, "dated"),
        ("made, points: 1}", "made, points: 2}", .wrongSum, "indicators.XZ03.rule.parts"),
        (
            "{rate: report_rate, points: 2}", "{rate: report_rate, points: -2}", .badValue,
            "indicators.XZ08.rule.terms[1].points"
        ),
        ("- {input: new_late, points: 2}", "- {input: new_late, points: 5}", .badValue, "indicators.XZ23.rule.tiers"),
        ("otherwise: 6", "otherwise: 7", .wrongSum, "indicators.XZ23.rule.tiers"),
        (
            "reposted: {zh: 转载的文件数, form: count, max: 5}", "reposted: {zh: 转载的文件数, form: yes-no, max: 5}", .badValue,
            "indicators.XZ02.inputs.reposted"
        ),
        ("scheme: tongbai-2023-township", "scheme: &a tongbai", .anchored, ""),
        ("title: ", "title: *a", .anchored, ""),
        ("title: 桐柏县", "title: [桐柏县", .malformed, ""),
        ("title: 桐柏县", "title: \"桐柏县", .malformed, ""),
    ]

    @Test(arguments: broken.indices)
    func aBrokenSchemeIsRefusedWithItsPlace(_ index: Int) throws {
        let (from, to, code, field) = Self.broken[index]
        let text = Schemes.source(Schemes.township)
        let range = try #require(text.firstRange(of: from))
        let line = text[..<range.lowerBound].split(separator: "\n", omittingEmptySubsequences: false).count
        let told = try #require(
            fault { () throws(SchemeFault) in
                _ = try Schemes.read(text.replacingCharacters(in: range, with: to))
            })
        #expect(told.code == code, "\(told)")
        #expect(told.field == field || field.isEmpty, "\(told)")
        #expect(told.document == "scheme.yaml")
        // A sum is told where it stands, a word where it was written.
        if [.badValue, .unknownKey, .anchored].contains(code), !told.field.isEmpty {
            #expect(abs(told.line - line) <= 12, "\(told)")
        }
        #expect(told.chinese.contains("scheme.yaml") && told.english.contains("scheme.yaml"))
    }

    @Test func hostileDocumentsAreRefused() {
        func code(_ bytes: [UInt8]) -> SchemeFault.Code? {
            fault { () throws(SchemeFault) in
                _ = try Scheme(Schemes.text("x", bytes), options: Schemes.options)
            }?.code
        }
        #expect(code([]) == .malformed)
        #expect(code([0xFF, 0xFE]) == .malformed)
        #expect(code(Array(repeating: 0x61, count: 300_000)) == .tooLarge)
        #expect(code(Array(String(repeating: "[", count: 200_000).utf8)) == .malformed)
        #expect(code(Array(String(repeating: "- ", count: 500).utf8)) == .malformed)
        #expect(code(Array("a: &a [b]\nc: *a".utf8)) == .anchored)
        #expect(code(Array("{? [a, b] : c}".utf8)) == .malformed)
        #expect(code(Array("a: 1\n---\nb: 2".utf8)) == .malformed)
        #expect(code(Array("plain".utf8)) == .wrongType)
        #expect(code(Array("a: \"\\uD800\"".utf8)) != nil)
    }

    @Test func theChoicesOfOptionsAreThoseThatTheEngineKnows() throws {
        // Each published scheme was read with the catalogue: what it states is known. The engine's own lists must be
        // the catalogue's, else an overlay could choose what nothing computes.
        for (option, choices) in OptionCatalogue.engineChoices {
            #expect(Schemes.options[option]?.choices.map(\.name).sorted() == choices.sorted(), "\(option)")
        }
    }

    @Test func everyNumberOfTheRegisterThatConcernsSchemesIsAnOption() {
        let stated = Set(Schemes.options.definitions.values.flatMap(\.register))
        // Q26 is the map of themes across schemes, no treatment of one scheme.
        let expected = (1...27).filter { $0 != 26 }.map { $0 < 10 ? "Q0\($0)" : "Q\($0)" }
        #expect(stated == Set(expected))
    }

    @Test func observationsTakeTheInputsOfTheContract() throws {
        let file = SampleCounty.folder.deletingLastPathComponent().appending(path: "observation-inputs.json")
        let table = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: [String: [String: String]]])
        #expect(Set(table.keys) == Set(Schema.schemes.map(\.id)))
        for (id, indicators) in table {
            let scheme = try Schemes.scheme(id)
            let observed = scheme.observedInputs.mapValues { $0.mapValues(\.rawValue) }
            // XB11 and XB12 are counted from the archive and never observed.
            #expect(Set(observed.keys) == Set(indicators.keys))
            for (indicator, inputs) in indicators {
                let extra = try #require(observed[indicator]).filter { inputs[$0.key] != $0.value }
                let optional = scheme[indicator: indicator]?.inputs.filter(\.isOptional).map(\.name) ?? []
                #expect(inputs.keys.allSatisfy { observed[indicator]?[$0] != nil })
                #expect(extra.keys.allSatisfy(optional.contains), "\(indicator): \(extra)")
            }
        }
    }

    @Test func cohortsOfTwoCountiesNeverMix() throws {
        let cohort = try Schemes.scheme(Schemes.department).cohort
        let here = RegionCode("411330")!
        let there = RegionCode("411329")!
        #expect(cohort.key(kind: .department, level: .county, region: here)?.area == "411330")
        #expect(
            cohort.key(kind: .department, level: .county, region: here)
                != cohort.key(kind: .department, level: .county, region: there))
        #expect(
            cohort.key(kind: .department, level: .county, region: here)
                == cohort.key(kind: .directlyAffiliated, level: .county, region: here))
        #expect(cohort.key(kind: .township, level: .township, region: here) == nil)
        let jiangsu = try Schemes.scheme("jiangsu-2020").cohort
        let city = jiangsu.key(kind: .government, level: .city, region: RegionCode("320100")!)
        let county = jiangsu.key(kind: .government, level: .county, region: RegionCode("320102")!)
        #expect(city?.bodyClass == "设区市" && county?.bodyClass == "县（市、区）")
        #expect(city?.area == "32" && county?.area == "32")
    }
}

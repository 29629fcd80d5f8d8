import Assessment
import CreditModel
import Schema
import Testing

/// The schemes of the house, read as the archive reads them.
enum Schemes {
    static let options: OptionCatalogue = {
        do { return try OptionCatalogue(text("options.yaml", Schema.schemeOptions)) } catch {
            preconditionFailure("the options of the house: \(error)")
        }
    }()

    static func text(_ name: String, _ bytes: [UInt8]) -> SchemeText {
        SchemeText(name: name, bytes: bytes, digest: "digest of \(name)")
    }

    static func source(_ id: String) -> String {
        String(decoding: Schema.schemes.first { $0.id == id }?.bytes ?? [], as: UTF8.self)
    }

    static func scheme(_ id: String, overlay: String? = nil) throws(SchemeFault) -> Scheme {
        try read(source(id), overlay: overlay.map { head(id) + $0 })
    }

    static func read(_ yaml: String, overlay: String? = nil) throws(SchemeFault) -> Scheme {
        try Scheme(
            text("scheme.yaml", Array(yaml.utf8)), overlay: overlay.map { text("overlay.yaml", Array($0.utf8)) },
            options: options)
    }

    /// The five lines that tell of an overlay.
    static func head(_ scheme: String) -> String {
        "overlay: test\nversion: \"1\"\ndated: 2024-01-01\nscheme: \(scheme)\nreason: 县信用办〔2024〕1号\n"
    }

    static let township = "tongbai-2023-township"
    static let department = "tongbai-2023-department"
    static let openness = "openness-assessment"
}

/// The fault that reading throws, or nil.
func fault(_ body: () throws(SchemeFault) -> Void) -> SchemeFault? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}

extension CohortMember {
    /// A member with inputs of one indicator.
    static func with(_ name: String, _ indicator: String, _ inputs: [String: String]) -> CohortMember {
        CohortMember(BodyID(name)!, inputs: [indicator: inputs.mapValues { InputValue($0) }])
    }
}

extension Scheme {
    /// The score of one indicator of a body that is alone in its cohort.
    func score(_ indicator: String, _ inputs: [String: String], year: Int = 2023) throws -> IndicatorScore {
        let result = try Evaluator(self, year: year).evaluate([.with("a", indicator, inputs)])[0]
        return try #require(result[indicator: indicator])
    }

    /// The scores of one indicator of a whole cohort, in its order.
    func scores(_ indicator: String, _ cohort: [[String: String]], year: Int = 2023) throws -> [String?] {
        let members = cohort.enumerated().map { CohortMember.with("b\($0.offset)", indicator, $0.element) }
        return try Evaluator(self, year: year).evaluate(members).map { $0[indicator: indicator]?.score?.description }
    }
}

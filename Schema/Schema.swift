/// Documents of the house, compiled in: SQL, policies, schemes, demo data.
public enum Schema {
    /// The tables of `log.sqlite`.
    public static var logSQL: String { EmbeddedFiles.text("sql/log.sql") }
    /// The tables of `index.sqlite`.
    public static var indexSQL: String { EmbeddedFiles.text("sql/index.sql") }
    /// The tables of `facts.sqlite`.
    public static var factsSQL: String { EmbeddedFiles.text("sql/facts.sql") }
    /// The tables of `read-<n>.sqlite`.
    public static var readSQL: String { EmbeddedFiles.text("sql/read.sql") }
    /// The table of `access.sqlite`.
    public static var accessSQL: String { EmbeddedFiles.text("sql/access.sql") }
    /// The tables of `exchange.sqlite`.
    public static var exchangeSQL: String { EmbeddedFiles.text("sql/exchange.sql") }
    /// The table of `proposals.sqlite`.
    public static var proposalsSQL: String { EmbeddedFiles.text("sql/proposals.sql") }
    /// The tables of a witness's state.
    public static var witnessSQL: String { EmbeddedFiles.text("sql/witness.sql") }

    /// The default policy, as bytes: its digest stands in the first entry of an archive.
    public static var defaultPolicy: [UInt8] { EmbeddedFiles.bytes("policies/default.json") }

    /// 国务院办公厅关于部分节假日安排的通知, 2019–2026, as bytes: the calendar that a new archive begins with.
    public static var holidayCalendar: [UInt8] { EmbeddedFiles.bytes("calendars/state-council-holidays.json") }

    /// The paperwork of the fictional demo county, by template.
    public static var demoCounty: [(template: String, bytes: [UInt8])] {
        ["bodies", "incidents", "dispositions", "observations"].map { ($0, EmbeddedFiles.bytes("demo/\($0).csv")) }
    }

    /// `AUDIT.md` of a full export, with `{{origin}}` and `{{keys}}` to be filled in.
    public static var auditGuide: [UInt8] { EmbeddedFiles.bytes("export/AUDIT.md") }
    /// `AUDIT.md` of a public export, likewise.
    public static var publicAuditGuide: [UInt8] { EmbeddedFiles.bytes("export/PUBLIC.md") }
    /// `audit.py`: checks an export without this program.
    public static var auditProgram: [UInt8] { EmbeddedFiles.bytes("export/audit.py") }

    /// The style of an evidence bundle's page.
    public static var bundleStyle: String { EmbeddedFiles.text("bundle/page.css") }
    /// How to check an evidence bundle without this house's program, in Python.
    public static var bundleCheck: String { EmbeddedFiles.text("bundle/check_bundle.py") }

    /// The style of evaluation reports and of their compilation.
    public static var reportStyle: String { EmbeddedFiles.text("report/report.css") }

    /// The JSON Schemas of all events, stored and submitted form, with the file names by which they refer to each other.
    public static var eventSchemas: [(name: String, bytes: [UInt8])] { EmbeddedFiles.folder("events") }

    /// The evaluation schemes as YAML, by id.
    public static var schemes: [(id: String, bytes: [UInt8])] {
        EmbeddedFiles.folder("schemes").filter { !["options.yaml", "themes.yaml"].contains($0.name) }
            .map { (String($0.name.dropLast(".yaml".utf8.count)), $0.bytes) }
    }

    /// The options by which schemes treat the ambiguities of their sources.
    public static var schemeOptions: [UInt8] { EmbeddedFiles.bytes("schemes/options.yaml") }

    /// Which indicators of the schemes are about one idea.
    public static var schemeThemes: [UInt8] { EmbeddedFiles.bytes("schemes/themes.yaml") }

    /// The description of the service, OpenAPI 3.1.
    public static var openAPI: [UInt8] { EmbeddedFiles.bytes("openapi.yaml") }
}

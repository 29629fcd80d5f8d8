internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import Schema
internal import TransparencyLog

/// `index.html`: what a bundle says, told to people, and how to check it; no scripts and nothing from outside.
///
/// A function of the contents alone: a verifier makes it anew from what it has verified and compares bytes. Whoever
/// changes what it looks like raises ``BundleManifest/pageVersion``.
struct BundlePage: Sendable {
    let contents: BundleContents
    let body: BodyHistory?
    private let texts: [SealedPlace: BundleContents.SealedText]

    init(_ contents: BundleContents) {
        self.contents = contents
        body = BundlePage.history(contents)
        texts = Dictionary(contents.sealedTexts.map { ($0.place, $0) }) { first, _ in first }
    }

    /// The file.
    var bytes: [UInt8] { Array(html.markup.utf8) }

    private var html: HTML {
        let parts: [HTML] = [
            header, summary, keyNotice, history, registration, sealed, attachments, proof, check, limits,
        ]
        return """
            <!DOCTYPE html>
            <html lang="zh-CN">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <title>失信事项证据包 \(contents.caseID.text)</title>
            <style>
            \(HTML(trusted: Schema.bundleStyle))</style>
            </head>
            <body>
            \(parts)<footer>制作时间（北京时间，制作方所称，未经证明）\(BeijingTime.text(contents.madeAt)) · made at, as its \
            maker says · 格式 format \(BundleManifest.formatVersion).\(BundleManifest.pageVersion)</footer>
            </body>
            </html>

            """
    }

    private static func history(_ contents: BundleContents) -> BodyHistory? {
        var history: BodyHistory?
        for item in contents.entries(.body) {
            switch item.event {
            case .bodyRegistered(let data):
                history = BodyHistory(id: contents.body, registration: data, position: item.entry.position)
            case .bodyChanged(let data): history?.add(data, position: item.entry.position)
            default: break
            }
        }
        return history
    }

    // MARK: Head

    private var header: HTML {
        """
        <header>
        <p class="kicker">失信事项证据包 <i lang="en">Evidence bundle of one case</i></p>
        <h1>\(contents.caseID.text)</h1>
        <p class="body-name">\(body?.profile().name ?? contents.body.text)</p>
        <p class="lead">本页所讲，逐项出自本文件夹所附的日志条目；条目各有收据，证明它原样在日志之中。起证明作用的是收据和检查点，本页只供阅读：\
        核验程序会依条目重新生成本页，逐字节比对。<span class="en" lang="en">Everything told here comes from the log entries \
        in this folder, each with a receipt that proves it. The receipts and the checkpoint are the evidence; this page is \
        for reading, and a verifier makes it anew from the entries and compares every byte.</span></p>
        </header>

        """
    }

    /// The case after all of its facts that are here; nil where they make no lawful timeline by the default terms.
    private var state: CaseState? {
        let facts = contents.entries(.caseEntry).compactMap { CaseFact($0.event, position: $0.entry.position) }
        guard let policy = try? CreditPolicy(json: JSONDocument(parsing: Schema.defaultPolicy).root) else { return nil }
        return (try? CaseTimeline(facts, under: policy))?.state
    }

    private var summary: HTML {
        var cards: [(Phrase, String)] = [(Phrase("失信主体代码", "body"), contents.body.text)]
        if let state {
            let dispute = state.objectionOpen && state.isInEffect ? "，异议处理中" : ""
            cards += [
                (Phrase("类别", "category"), "\(state.record.category.rawValue) \(state.record.category.name)"),
                (Phrase("严重程度（现值）", "severity"), state.record.severity.rawValue),
                (Phrase("涉及金额（现值）", "amount"), state.record.amount.map { "\($0) 万元" } ?? "—"),
                (Phrase("认定日期", "determined on"), state.determinedOn.description),
                (Phrase("按本包条目，状态为", "status by these entries"), state.status.name + dispute),
            ]
        }
        let texts = contents.sealedTexts
        var counts = (opened: 0, sealed: 0, erased: 0)
        for text in texts {
            switch text.state {
            case .opened: counts.opened += 1
            case .sealed: counts.sealed += 1
            case .erased: counts.erased += 1
            }
        }
        cards += [
            (Phrase("本事项条目", "entries of the case"), "\(contents.entries(.caseEntry).count) 条"),
            (
                Phrase("密封文本", "sealed texts"),
                "已公开 \(counts.opened)，未公开 \(counts.sealed)，已抹除 \(counts.erased)"
            ),
            (Phrase("附件", "attachments"), "\(contents.attachments.count) 份，随附 \(contents.included.count) 份"),
        ]
        let list: [HTML] = cards.map { label, value in "<div><span>\(label.html)</span><b>\(value)</b></div>\n" }
        return "<section class=\"cards\">\n\(list)</section>\n"
    }

    private var keyNotice: HTML {
        let fingerprint = KeyFingerprint(contents.verifier)
        return """
            <section class="notice">
            <b>先核对密钥</b> <i lang="en">Which key to trust</i>
            <p>验证密钥请从日志主办单位公布的渠道另行取得，不要采用随证据一起送来的密钥：那样什么也证明不了。取得的密钥应与下列指纹一致。\
            <span class="en" lang="en">Get the verifier key elsewhere, from where the log's operator publishes it; a key that \
            comes with the evidence proves nothing. Yours must have this fingerprint.</span></p>
            <p>日志 log <span class="mono">\(contents.checkpoint.origin)</span>　密钥编号 key id \
            <span class="mono">\(fingerprint.keyID)</span><br>指纹 SHA-256 <span class="mono">\(fingerprint.groups)</span></p>
            </section>

            """
    }

    // MARK: History

    private var history: HTML {
        let items = contents.entries.filter { $0.part != .body }
        let steps = items.map(step).sorted { left, right in
            let days = (shownDay(left), shownDay(right))
            return days.0 == days.1 ? left.item.entry.position < right.item.entry.position : days.0 < days.1
        }
        return """
            <section>
            <h2>事情经过 <i lang="en">What happened</i></h2>
            <p class="none">按事实发生的日期排列。每条末行是：在日志中的位置、在本事项中的版本、收录时间（北京时间，日志自己所记）、记录人代号。\
            <i lang="en">By the day of each fact. The last line: position in the log, version in the case, when the log took \
            it (Beijing time), who recorded it.</i></p>
            <ol class="history">
            \(steps.map(told))</ol>
            </section>

            """
    }

    private var registration: HTML {
        """
        <section>
        <h2>主体登记 <i lang="en">The body as registered</i></h2>
        <ol class="history">
        \(contents.entries(.body).map { told(step($0)) })</ol>
        </section>

        """
    }

    private func step(_ item: BundledEntry) -> BundleStep {
        BundleStep(item) { day in
            guard let body else { return nil }
            return day.map { body.profile(asOf: $0).name } ?? body.profile().name
        }
    }

    /// The day of the fact, or that of recording.
    private func shownDay(_ step: BundleStep) -> CalendarDay {
        step.day ?? CalendarDay(millisecondsSinceEpoch: step.item.entry.recordedMilliseconds ?? 0)
    }

    private func told(_ step: BundleStep) -> HTML {
        let entry = step.item.entry
        let kind =
            switch step.item.event {
            case .incidentDetermined: "determined"
            case .subjectKeyDestroyed: "erasure"
            default: "act"
            }
        var rows: [HTML] = step.rows.map { row in
            "<dt>\(row.label.html)</dt><dd>\(shown(row.value, at: entry.position))</dd>\n"
        }
        for evidence in step.item.event.evidence {
            rows.append(
                "<dt>\(Phrase("附件", "attachment").html)</dt><dd>\(evidence.name)（\(evidence.size) 字节 bytes）</dd>\n")
        }
        // An erasure is of the archive's own stream, whose versions say nothing here.
        let isErasure = step.item.part == .erasure
        let place: HTML = isErasure ? "位置 \(entry.position)" : "位置 \(entry.position) · 第 \(entry.sequence) 版"
        return """
            <li class="\(kind)"><div class="when">\(shownDay(step).description)</div><div class="what">
            <h3>\(step.heading.html)</h3>
            <dl>
            \(rows)</dl>
            <p class="meta">\(place) · 收录于 \(BeijingTime.text(entry.recordedTime)) · \(entry.recordedBy)</p>
            </div></li>

            """
    }

    private func shown(_ value: BundleStep.Value, at position: UInt64) -> HTML {
        switch value {
        case .text(let text): "\(text)"
        case .sealed(let pointer): text(pointer, position)
        case .change(let old, let new): "<del>\(old)</del> → <ins>\(new)</ins>"
        case .sealedChange(let old, let new): "\(text(old, position))\n→ \(text(new, position))"
        }
    }

    private func text(_ pointer: String, _ position: UInt64) -> HTML {
        guard let text = texts[SealedPlace(position: position, pointer: pointer)] else { return "—" }
        return switch text.state {
        case .opened(let disclosure): "\(disclosure.text) \(BundlePage.tag(text.state))"
        case .sealed: BundlePage.tag(text.state)
        case .erased(let position, let basis): "\(BundlePage.tag(text.state)) 位置 \(position)，依据：\(basis)"
        }
    }

    static func tag(_ state: BundleContents.SealedText.State) -> HTML {
        switch state {
        case .opened: "<span class=\"tag opened\">密封原文已公开 <i lang=\"en\">opened</i></span>"
        case .sealed: "<span class=\"tag sealed\">密封，本包未公开 <i lang=\"en\">sealed, not disclosed</i></span>"
        case .erased: "<span class=\"tag erased\">已依法抹除 <i lang=\"en\">lawfully erased</i></span>"
        }
    }
}

internal import Schema

/// A whole file of HTML: no scripts, nothing from outside, ready for print on A4. Its markup is well-formed XML too.
struct ReportDocument {
    var title: String
    /// What the head of each printed page says, left and right.
    var runningHead: (left: String, right: String)
    var body: HTML

    /// The file.
    var bytes: [UInt8] { Array(html.markup.utf8) }

    var html: HTML {
        """
        <!DOCTYPE html>
        <html lang="zh-CN">
        <head>
        <meta charset="utf-8"/>
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="referrer" content="no-referrer"/>
        <title>\(plain: title)</title>
        <style>
        \(HTML(trusted: Schema.reportStyle))\(HTML(trusted: pageRule))</style>
        </head>
        <body>
        \(body)</body>
        </html>

        """
    }

    /// The margins of a printed page; texts of records stand there by the numbers of their characters, which no style sheet
    /// can take for anything else.
    private var pageRule: String {
        """
        @page { @top-left { content: \(ReportDocument.quoted(runningHead.left)); } \
        @top-right { content: \(ReportDocument.quoted(runningHead.right)); } }

        """
    }

    /// A CSS string (CSS Syntax 3 §4.3.7): whatever is not a plain letter or digit by its number.
    static func quoted(_ text: String, limit: Int = 60) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars.prefix(limit) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate: continue
            default: break
            }
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || (0x30...0x39).contains(scalar.value))
            if isPlain {
                quoted.unicodeScalars.append(scalar)
            } else {
                quoted += "\\\(String(scalar.value, radix: 16)) "
            }
        }
        return quoted + "\""
    }
}

/// What several parts of a report are built of.
enum Fragment {
    /// A table with a caption; nothing but a sentence where it has no rows.
    static func table(
        _ caption: String, class kind: String = "", head: HTML, rows: [HTML], none: String = "无"
    ) -> HTML {
        rows.isEmpty
            ? "<p class=\"none\">\(caption)：\(none)</p>\n"
            : """
            <table class="\(plain: kind)">
            <caption>\(caption)</caption>
            <thead><tr>\(head)</tr></thead>
            <tbody>
            \(rows)</tbody>
            </table>

            """
    }

    static func figure(_ drawing: Drawing, id: String) -> HTML {
        "<figure>\n\(drawing.html(id: id))<figcaption>\(drawing.title)</figcaption>\n</figure>\n"
    }

    /// Positions as a reader writes them down: runs of neighbours as `a–b`.
    static func positions(_ positions: [UInt64]) -> String {
        var runs: [(UInt64, UInt64)] = []
        for position in positions.sorted() {
            if let last = runs.last, position <= last.1 + 1 {
                runs[runs.count - 1].1 = max(last.1, position)
            } else {
                runs.append((position, position))
            }
        }
        return runs.isEmpty
            ? "—" : runs.map { $0.0 == $0.1 ? "\($0.0)" : "\($0.0)–\($0.1)" }.joined(separator: "、")
    }

    /// A sealed text, or the text.
    static func text(_ text: ReportedText) -> HTML {
        switch text {
        case .absent: "—"
        case .open(let plain): "\(plain)"
        case .sealed, .erased, .keyMissing: "<span class=\"tag sealed\">\(text.shown)</span>"
        }
    }

    static func evidence(_ evidence: [ReportedEvidence]) -> HTML {
        let items: [HTML] = evidence.map {
            "<br/><span class=\"file\">\($0.name)</span> <code>\($0.digest)</code>"
        }
        return "\(items)"
    }
}
